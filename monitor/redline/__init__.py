"""What two texts share, word by word, and the short quote of what they do not. Pure; knows no source and no reader."""
