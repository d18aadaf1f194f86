"""A person known to the hotline (当事人): recorded, read with a reason, and erased.

Erasing is a fact that every service receives; each destroys its own key of that person
(个人信息保护法 art. 47).
"""
