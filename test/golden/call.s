# A call with registers alive around it, and a conditional return.
addi r3,r3,1
bl far
cmpwi r3,0
beqlr
addi r4,r3,2
blr
far: blr
