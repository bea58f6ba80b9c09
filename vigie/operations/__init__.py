"""The use cases. The only room that knows several others; knows nothing of Prefect."""
