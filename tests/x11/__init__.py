"""The editor on a real screen, under a hand that moves a real mouse."""
