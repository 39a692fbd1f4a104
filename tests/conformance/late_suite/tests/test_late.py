import late


def test_start():
    late.start()


def test_both():
    assert late.both() == 1
