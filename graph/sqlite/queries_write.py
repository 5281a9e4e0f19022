"""The text of every statement that writes, and of what writing has to read.

Names of tables and columns come from ``tables``, values only as parameters.
"""

CODES = "SELECT kind, code, name FROM code"
ADD_CODE = (
    "INSERT OR IGNORE INTO code (kind, code, name)"
    " SELECT :kind, coalesce(max(code), 0) + 1, :name FROM code WHERE kind = :kind"
)
