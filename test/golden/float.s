# Loads of doubles and singles, a fused multiply-add, a compare.
lfd f1,0(r3)
lfs f2,8(r3)
fmadd f3,f1,f2,f3
fcmpu cr0,f3,f1
stfd f3,16(r3)
bltlr
fadd f3,f3,f1
blr
