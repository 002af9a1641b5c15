"""Stateless parts of the pages: functions of their arguments."""
