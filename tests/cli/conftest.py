from tests.e2e.conftest import desk, server

__all__ = ["desk", "server"]
