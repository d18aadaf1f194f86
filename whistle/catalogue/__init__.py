"""A city's catalogue on the command line: checked, compared, proposed and approved."""
