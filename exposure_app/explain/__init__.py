"""Why a picture looks as it does: what each step gains, other ways there, what an unknown filter is made of."""
