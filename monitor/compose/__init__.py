"""Changes and digests become words: mail text and HTML, the terminal's card, the webhook's event.

Pure: no file, no clock. Templates come in as texts.
"""
