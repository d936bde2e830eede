"""Danger signs: found here without a network, and as the app hears of them."""
