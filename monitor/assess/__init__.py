"""How relevant a Change is to AI-only billing, and why: weighted rules a person can read, each with its quote."""
