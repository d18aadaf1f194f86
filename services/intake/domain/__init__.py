"""Rules of intake: pure, a folder per aggregate, and in it a file per step of the work.

Bare articles are of 北京市接诉即办工作条例.
"""
