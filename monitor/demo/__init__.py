"""The offline tour: recorded weeks, served on this machine, played through the real program by a simulated clock."""
