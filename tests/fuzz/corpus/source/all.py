"""Doc."""
import typing
@a
@b(1,
   2)
async def f[T](x: int = (1), *, y=lambda: 0) -> "str":
    """Doc."""
    async with a as b, (c):
        await x
    while True:
        if x: break
        elif not __debug__: continue
        else: pass
    for i in f"{x!r:{y}} {{}} {'a' + f'{1}'}": yield i
    else:
        return
class C(object):  # pragma: no cover
    x: int
    def g(self): ...
try:
    raise E from None
except* (A, B) as e:
    match e:
        case {"a": [1, *_]} if x:
            pass
        case C(x=1) | _:
            del x
except E: pass
finally:
    x = [1,
      2] if 0 else {
      3}
with open(x) as y, \
     z:
    assert y, t"{x}"
