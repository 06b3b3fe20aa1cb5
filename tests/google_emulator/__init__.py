"""A small Google for tests: Sheets, Drive and the token endpoint over real HTTP on loopback, one state behind them.

It answers as the real service was recorded to answer, and can be told to fail. Nothing in it is used by the service.
"""
