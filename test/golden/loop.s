# A loop with a load, a store and a counter; the accesses off r4 share one check.
top: lwz r5,0(r4)
lwz r6,4(r4)
add r5,r5,r6
stw r5,8(r4)
lbzu r7,16(r4)
bdnz top
blr
