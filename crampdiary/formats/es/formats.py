"""How Spanish writes dates: the English pattern of a template -> the Spanish one."""

globals().update(
    {
        "j F Y": r"j \d\e F \d\e Y",
        "j F Y, H:i": r"j \d\e F \d\e Y, H:i",
        "j F, H:i": r"j \d\e F, H:i",
        "l j F": r"l j \d\e F",
        "D j F": r"D j \d\e F",
        "D j F, H:i": r"D j \d\e F, H:i",
        "D j F Y, H:i": r"D j \d\e F \d\e Y, H:i",
        "F Y": r"F \d\e Y",
    }
)
