"""Django REST framework's classes as this API uses them: who asks, how far, how often, what in, what out."""
