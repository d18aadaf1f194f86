"""Reconciling: do the services' books agree, once every one of them has heard everything?"""
