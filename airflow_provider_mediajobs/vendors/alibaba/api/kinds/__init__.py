"""Kinds of jobs of Alibaba Cloud: one module for each page of the vendor that tells of one."""
