from cache import build

def shout(text):
    print("working ...")
    return text.upper()

print(build(shout, "hello"))
print(build(shout, "hello"))
