"""Who someone is: django-allauth behind the addresses of `/api/auth/`, with our tokens, mails and answers."""
