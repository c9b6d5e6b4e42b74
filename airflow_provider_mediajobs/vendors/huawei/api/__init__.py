"""What is asked of Huawei Cloud, and how its answers are read."""
