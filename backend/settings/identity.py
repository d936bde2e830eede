"""Who somebody is: sign-up, verification, sign-in, reset, second factor and passkeys."""

AUTH_USER_MODEL = "diary.User"
