"""How German writes dates: the English pattern of a template -> the German one."""

globals().update(
    {
        "j F Y": "j. F Y",
        "j M Y": "j. M Y",
        "j M": "j. M",
        "j F Y, H:i": "j. F Y, H:i",
        "j F, H:i": "j. F, H:i",
        "l j F": "l, j. F",
        "D j": "D, j.",
        "D j M": "D, j. M",
        "D j F": "D, j. F",
        "D j M Y": "D, j. M Y",
        "D j F, H:i": "D, j. F, H:i",
        "D j F Y, H:i": "D, j. F Y, H:i",
    }
)
