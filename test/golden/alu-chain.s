# Record forms, compares and CR logic whose flags are partly never looked at.
add. r3,r4,r5
subfc r6,r3,r4
adde r7,r6,r3
cmpwi cr1,r7,10
cmplw cr2,r7,r3
crandc 2,6,9
beq taken
mfcr r8
blr
taken: isync
