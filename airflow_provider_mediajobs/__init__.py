"""Gate Airflow DAGs on media jobs of Alibaba Cloud and Huawei Cloud."""

__version__ = "0.1.0"
