# What compilers put in front of functions that save registers.
stwu r1,-32(r1)
mflr r0
stmw r29,20(r1)
stw r0,36(r1)
lmw r29,20(r1)
lwz r0,36(r1)
mtlr r0
addi r1,r1,32
blr
