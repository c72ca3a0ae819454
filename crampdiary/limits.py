"""How often somebody may do something, by action; what counts as one stands in `episodes/web/limits.py`."""

# Tries per address (ip), per account (user) and per typed name or e-mail (key); the rest is allauth's.
RATES = {
    "account_change": "120/h/user",  # accounts that an operator changes; patients may read of it
    "clinician_code": "5/m/user,30/d/user",  # guesses at a clinician's code
    "erase": "10/m/user,30/d/user",  # guesses at the password of who is logged in
    "export": "30/h/user",  # files that somebody takes out; everything at once is one
    "import": "30/h/user",  # files that somebody brings in
    "import_preview": "200/h/user",  # looks at such a file, page by page
    "invitation": "10/m/user,100/d/user",  # codes that a clinician makes for one patient each
    "invitation_code": "10/m/ip,5/m/user,30/d/user",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # passwords and codes of the second step, each under its own key
    "look": "600/h/user",  # pages that a clinician opens, each with a row for every patient on it
    "look_report": "10/h/user,20/d/user",  # entries reported as wrong, each with a mail to the operators
    "make_link": "20/h/user,60/d/user",
    "make_token": "20/h/user,60/d/user",
    "manage_email": "10/m/user,30/d/user",  # each with a mail to the address
    "new_code": "5/h/user,10/d/user",  # a row for every patient of the clinician
    "open_link": "60/m/ip,120/h/key",  # the report behind a link
    "pdf": "10/m/user,60/h/user",  # each is a process
    "refused_look": "20/d/key",  # audit rows that one person can leave in another's chain
    "reset_password": "20/m/ip,200/d/ip,5/h/key",
    "review": "120/h/user",  # notes, and that a diary was reviewed
    "share": "20/h/user,60/d/user",
    "signup": "20/m/ip,200/d/ip",
}
