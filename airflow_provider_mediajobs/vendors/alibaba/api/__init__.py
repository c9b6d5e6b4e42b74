"""What is asked of Alibaba Cloud, and how its answers are read."""
