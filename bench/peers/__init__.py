"""The service beside what others would have written: plain Django REST framework, and the least that FastAPI needs."""
