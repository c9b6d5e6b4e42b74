"""How connections come by credentials of Alibaba Cloud."""
