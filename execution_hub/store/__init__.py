"""Tables, the database, and one module of queries per noun."""
