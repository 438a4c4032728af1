"""Why a picture looks as it does: what each step gains, and other ways there."""
