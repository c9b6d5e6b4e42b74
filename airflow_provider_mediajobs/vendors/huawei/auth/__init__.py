"""How connections come by credentials of Huawei Cloud."""
