"""The one guarded HTTP client, for official pages and for webhooks: nothing else in the program speaks HTTP."""
