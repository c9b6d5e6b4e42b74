"""Kinds of jobs of Huawei Cloud: one module for each page of the vendor that tells of one."""
