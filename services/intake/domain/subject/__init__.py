"""A person known to the hotline (当事人): recorded, corrected, linked, read with a reason, erased.

Erasing takes two people: one requests it, another approves. It is a fact that every service
receives; each destroys its own key of that person (个人信息保护法 art. 47).
"""
