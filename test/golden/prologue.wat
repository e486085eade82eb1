(module
 (type $0 (func (param i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536 shared))
 (export "region" (func $region))
 (func $region (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  (local $13 i32)
  (local $14 i32)
  (local $15 i32)
  (local $16 i32)
  (local $17 i32)
  (local $18 i32)
  (local $19 i32)
  (local $20 i32)
  (local $21 i32)
  (local $22 i32)
  (local $23 i32)
  (local $24 i32)
  (local $25 i32)
  (local $26 i32)
  (local $27 i32)
  (local $28 i32)
  (local $29 i32)
  (local $30 i32)
  (local $31 i32)
  (local $32 i32)
  (local $33 i32)
  (local $34 i32)
  (local $35 i32)
  (local $36 i32)
  (local $37 i32)
  (local $38 i32)
  (local $39 i32)
  (local $40 i32)
  (local $41 i32)
  (local $42 i32)
  (local $43 i32)
  (local $44 i32)
  (local $45 i32)
  (local $46 i32)
  (local $47 i32)
  (block $L1
   (block $L2
    (block $L3
     (block $L4
      (block $L5
       (local.set $11
        (i32.load offset=384 align=1
         (i32.const 0)
        )
       )
       (local.set $10
        (i32.load offset=416 align=1
         (i32.const 0)
        )
       )
       (local.set $3
        (i32.load offset=8 align=1
         (i32.const 0)
        )
       )
       (local.set $4
        (i32.load offset=232 align=1
         (i32.const 0)
        )
       )
       (local.set $5
        (i32.load offset=240 align=1
         (i32.const 0)
        )
       )
       (local.set $6
        (i32.load offset=248 align=1
         (i32.const 0)
        )
       )
       (local.set $7
        (i32.load offset=256 align=1
         (i32.const 0)
        )
       )
       (local.set $8
        (i32.load offset=264 align=1
         (i32.const 0)
        )
       )
       (local.set $9
        (i32.load offset=288 align=1
         (i32.const 0)
        )
       )
       (br $L5)
      )
      (if
       (i32.lt_s
        (local.get $11)
        (i32.const 9)
       )
       (then
        (block $L6
         (i32.store offset=392 align=1
          (i32.const 0)
          (i32.const 1)
         )
         (local.set $12
          (i32.const 4097)
         )
         (br $L4)
        )
       )
      )
      (local.set $11
       (i32.sub
        (local.get $11)
        (i32.const 9)
       )
      )
      (local.set $14
       (i32.add
        (local.get $3)
        (i32.const -32)
       )
      )
      (local.set $15
       (local.get $3)
      )
      (local.set $17
       (local.get $14)
      )
      (if
       (i32.ne
        (i32.load offset=8192 align=1
         (local.tee $18
          (i32.add
           (local.get $10)
           (i32.and
            (i32.shr_u
             (local.get $17)
             (i32.const 9)
            )
            (i32.const 8184)
           )
          )
         )
        )
        (i32.and
         (local.get $17)
         (i32.const -4093)
        )
       )
       (then
        (block $L7
         (local.set $11
          (i32.add
           (local.get $11)
           (i32.const 9)
          )
         )
         (local.set $12
          (i32.const 4099)
         )
         (br $L4)
        )
       )
      )
      (local.set $16
       (select
        (i32.add
         (local.get $17)
         (i32.load offset=8196 align=1
          (local.get $18)
         )
        )
        (i32.const 0)
        (i32.le_u
         (i32.and
          (local.get $17)
          (i32.const 4095)
         )
         (i32.const 4056)
        )
       )
      )
      (if
       (local.get $16)
       (then
        (block $L8
         (i32.store align=1
          (local.get $16)
          (local.get $15)
         )
        )
       )
       (else
        (if
         (i32.ne
          (i32.load offset=8192 align=1
           (local.tee $19
            (i32.add
             (local.get $10)
             (i32.and
              (i32.shr_u
               (local.get $14)
               (i32.const 9)
              )
              (i32.const 8184)
             )
            )
           )
          )
          (i32.and
           (local.get $14)
           (i32.const -4093)
          )
         )
         (then
          (block $L9
           (local.set $11
            (i32.add
             (local.get $11)
             (i32.const 9)
            )
           )
           (local.set $12
            (i32.const 4099)
           )
           (br $L4)
          )
         )
        )
        (i32.store align=1
         (i32.add
          (local.get $14)
          (i32.load offset=8196 align=1
           (local.get $19)
          )
         )
         (local.get $15)
        )
       )
      )
      (local.set $3
       (local.get $14)
      )
      (local.set $2
       (local.get $7)
      )
      (local.set $20
       (local.get $4)
      )
      (if
       (local.get $16)
       (then
        (block $L10
         (i32.store offset=20 align=1
          (local.get $16)
          (local.get $20)
         )
        )
       )
       (else
        (local.set $21
         (i32.add
          (local.get $3)
          (i32.const 20)
         )
        )
        (if
         (i32.ne
          (i32.load offset=8192 align=1
           (local.tee $22
            (i32.add
             (local.get $10)
             (i32.and
              (i32.shr_u
               (local.get $21)
               (i32.const 9)
              )
              (i32.const 8184)
             )
            )
           )
          )
          (i32.and
           (local.get $21)
           (i32.const -4093)
          )
         )
         (then
          (block $L11
           (local.set $11
            (i32.add
             (local.get $11)
             (i32.const 7)
            )
           )
           (local.set $12
            (i32.const 4107)
           )
           (br $L3)
          )
         )
        )
        (i32.store align=1
         (i32.add
          (local.get $21)
          (i32.load offset=8196 align=1
           (local.get $22)
          )
         )
         (local.get $20)
        )
       )
      )
      (local.set $23
       (local.get $5)
      )
      (if
       (local.get $16)
       (then
        (block $L12
         (i32.store offset=24 align=1
          (local.get $16)
          (local.get $23)
         )
        )
       )
       (else
        (local.set $24
         (i32.add
          (local.get $3)
          (i32.const 24)
         )
        )
        (if
         (i32.ne
          (i32.load offset=8192 align=1
           (local.tee $25
            (i32.add
             (local.get $10)
             (i32.and
              (i32.shr_u
               (local.get $24)
               (i32.const 9)
              )
              (i32.const 8184)
             )
            )
           )
          )
          (i32.and
           (local.get $24)
           (i32.const -4093)
          )
         )
         (then
          (block $L13
           (local.set $11
            (i32.add
             (local.get $11)
             (i32.const 7)
            )
           )
           (local.set $12
            (i32.const 4107)
           )
           (br $L3)
          )
         )
        )
        (i32.store align=1
         (i32.add
          (local.get $24)
          (i32.load offset=8196 align=1
           (local.get $25)
          )
         )
         (local.get $23)
        )
       )
      )
      (local.set $26
       (local.get $6)
      )
      (if
       (local.get $16)
       (then
        (block $L14
         (i32.store offset=28 align=1
          (local.get $16)
          (local.get $26)
         )
        )
       )
       (else
        (local.set $27
         (i32.add
          (local.get $3)
          (i32.const 28)
         )
        )
        (if
         (i32.ne
          (i32.load offset=8192 align=1
           (local.tee $28
            (i32.add
             (local.get $10)
             (i32.and
              (i32.shr_u
               (local.get $27)
               (i32.const 9)
              )
              (i32.const 8184)
             )
            )
           )
          )
          (i32.and
           (local.get $27)
           (i32.const -4093)
          )
         )
         (then
          (block $L15
           (local.set $11
            (i32.add
             (local.get $11)
             (i32.const 7)
            )
           )
           (local.set $12
            (i32.const 4107)
           )
           (br $L3)
          )
         )
        )
        (i32.store align=1
         (i32.add
          (local.get $27)
          (i32.load offset=8196 align=1
           (local.get $28)
          )
         )
         (local.get $26)
        )
       )
      )
      (local.set $29
       (local.get $2)
      )
      (if
       (local.get $16)
       (then
        (block $L16
         (i32.store offset=36 align=1
          (local.get $16)
          (local.get $29)
         )
        )
       )
       (else
        (local.set $30
         (i32.add
          (local.get $3)
          (i32.const 36)
         )
        )
        (if
         (i32.ne
          (i32.load offset=8192 align=1
           (local.tee $31
            (i32.add
             (local.get $10)
             (i32.and
              (i32.shr_u
               (local.get $30)
               (i32.const 9)
              )
              (i32.const 8184)
             )
            )
           )
          )
          (i32.and
           (local.get $30)
           (i32.const -4093)
          )
         )
         (then
          (block $L17
           (local.set $11
            (i32.add
             (local.get $11)
             (i32.const 6)
            )
           )
           (local.set $12
            (i32.const 4111)
           )
           (br $L3)
          )
         )
        )
        (i32.store align=1
         (i32.add
          (local.get $30)
          (i32.load offset=8196 align=1
           (local.get $31)
          )
         )
         (local.get $29)
        )
       )
      )
      (if
       (local.get $16)
       (then
        (block $L18
         (local.set $32
          (i32.load offset=20 align=1
           (local.get $16)
          )
         )
        )
       )
       (else
        (local.set $33
         (i32.add
          (local.get $3)
          (i32.const 20)
         )
        )
        (if
         (i32.ne
          (i32.load align=1
           (local.tee $34
            (i32.load offset=53264 align=1
             (local.get $10)
            )
           )
          )
          (i32.and
           (local.get $33)
           (i32.const -4093)
          )
         )
         (then
          (block $L19
           (if
            (i32.ne
             (i32.load align=1
              (local.tee $34
               (i32.add
                (local.get $10)
                (i32.and
                 (i32.shr_u
                  (local.get $33)
                  (i32.const 9)
                 )
                 (i32.const 8184)
                )
               )
              )
             )
             (i32.and
              (local.get $33)
              (i32.const -4093)
             )
            )
            (then
             (block $L20
              (local.set $11
               (i32.add
                (local.get $11)
                (i32.const 5)
               )
              )
              (local.set $12
               (i32.const 4115)
              )
              (br $L3)
             )
            )
           )
           (i32.store offset=53264 align=1
            (local.get $10)
            (local.get $34)
           )
          )
         )
        )
        (local.set $32
         (i32.load align=1
          (i32.add
           (local.get $33)
           (i32.load offset=4 align=1
            (local.get $34)
           )
          )
         )
        )
       )
      )
      (local.set $35
       (local.get $32)
      )
      (if
       (local.get $16)
       (then
        (block $L21
         (local.set $36
          (i32.load offset=24 align=1
           (local.get $16)
          )
         )
        )
       )
       (else
        (local.set $37
         (i32.add
          (local.get $3)
          (i32.const 24)
         )
        )
        (if
         (i32.ne
          (i32.load align=1
           (local.tee $38
            (i32.load offset=53264 align=1
             (local.get $10)
            )
           )
          )
          (i32.and
           (local.get $37)
           (i32.const -4093)
          )
         )
         (then
          (block $L22
           (if
            (i32.ne
             (i32.load align=1
              (local.tee $38
               (i32.add
                (local.get $10)
                (i32.and
                 (i32.shr_u
                  (local.get $37)
                  (i32.const 9)
                 )
                 (i32.const 8184)
                )
               )
              )
             )
             (i32.and
              (local.get $37)
              (i32.const -4093)
             )
            )
            (then
             (block $L23
              (local.set $11
               (i32.add
                (local.get $11)
                (i32.const 5)
               )
              )
              (local.set $12
               (i32.const 4115)
              )
              (br $L3)
             )
            )
           )
           (i32.store offset=53264 align=1
            (local.get $10)
            (local.get $38)
           )
          )
         )
        )
        (local.set $36
         (i32.load align=1
          (i32.add
           (local.get $37)
           (i32.load offset=4 align=1
            (local.get $38)
           )
          )
         )
        )
       )
      )
      (local.set $39
       (local.get $36)
      )
      (if
       (local.get $16)
       (then
        (block $L24
         (local.set $40
          (i32.load offset=28 align=1
           (local.get $16)
          )
         )
        )
       )
       (else
        (local.set $41
         (i32.add
          (local.get $3)
          (i32.const 28)
         )
        )
        (if
         (i32.ne
          (i32.load align=1
           (local.tee $42
            (i32.load offset=53264 align=1
             (local.get $10)
            )
           )
          )
          (i32.and
           (local.get $41)
           (i32.const -4093)
          )
         )
         (then
          (block $L25
           (if
            (i32.ne
             (i32.load align=1
              (local.tee $42
               (i32.add
                (local.get $10)
                (i32.and
                 (i32.shr_u
                  (local.get $41)
                  (i32.const 9)
                 )
                 (i32.const 8184)
                )
               )
              )
             )
             (i32.and
              (local.get $41)
              (i32.const -4093)
             )
            )
            (then
             (block $L26
              (local.set $11
               (i32.add
                (local.get $11)
                (i32.const 5)
               )
              )
              (local.set $12
               (i32.const 4115)
              )
              (br $L3)
             )
            )
           )
           (i32.store offset=53264 align=1
            (local.get $10)
            (local.get $42)
           )
          )
         )
        )
        (local.set $40
         (i32.load align=1
          (i32.add
           (local.get $41)
           (i32.load offset=4 align=1
            (local.get $42)
           )
          )
         )
        )
       )
      )
      (local.set $43
       (local.get $40)
      )
      (local.set $4
       (local.get $35)
      )
      (local.set $5
       (local.get $39)
      )
      (local.set $6
       (local.get $43)
      )
      (if
       (local.get $16)
       (then
        (block $L27
         (local.set $44
          (i32.load offset=36 align=1
           (local.get $16)
          )
         )
        )
       )
       (else
        (local.set $45
         (i32.add
          (local.get $3)
          (i32.const 36)
         )
        )
        (if
         (i32.ne
          (i32.load align=1
           (local.tee $46
            (i32.load offset=53268 align=1
             (local.get $10)
            )
           )
          )
          (i32.and
           (local.get $45)
           (i32.const -4093)
          )
         )
         (then
          (block $L28
           (if
            (i32.ne
             (i32.load align=1
              (local.tee $46
               (i32.add
                (local.get $10)
                (i32.and
                 (i32.shr_u
                  (local.get $45)
                  (i32.const 9)
                 )
                 (i32.const 8184)
                )
               )
              )
             )
             (i32.and
              (local.get $45)
              (i32.const -4093)
             )
            )
            (then
             (block $L29
              (local.set $11
               (i32.add
                (local.get $11)
                (i32.const 4)
               )
              )
              (local.set $12
               (i32.const 4119)
              )
              (br $L2)
             )
            )
           )
           (i32.store offset=53268 align=1
            (local.get $10)
            (local.get $46)
           )
          )
         )
        )
        (local.set $44
         (i32.load align=1
          (i32.add
           (local.get $45)
           (i32.load offset=4 align=1
            (local.get $46)
           )
          )
         )
        )
       )
      )
      (local.set $47
       (local.get $44)
      )
      (local.set $2
       (local.get $47)
      )
      (local.set $7
       (local.get $2)
      )
      (local.set $3
       (i32.add
        (local.get $3)
        (i32.const 32)
       )
      )
      (local.set $12
       (i32.and
        (i32.and
         (local.get $7)
         (i32.const -4)
        )
        (i32.const -4)
       )
      )
      (br $L1)
      (unreachable)
     )
     (i32.store offset=384 align=1
      (i32.const 0)
      (local.get $11)
     )
     (return
      (local.get $12)
     )
    )
    (i32.store align=1
     (i32.const 0)
     (local.get $2)
    )
    (i32.store offset=8 align=1
     (i32.const 0)
     (local.get $3)
    )
    (i32.store offset=384 align=1
     (i32.const 0)
     (local.get $11)
    )
    (return
     (local.get $12)
    )
   )
   (i32.store align=1
    (i32.const 0)
    (local.get $2)
   )
   (i32.store offset=8 align=1
    (i32.const 0)
    (local.get $3)
   )
   (i32.store offset=232 align=1
    (i32.const 0)
    (local.get $4)
   )
   (i32.store offset=240 align=1
    (i32.const 0)
    (local.get $5)
   )
   (i32.store offset=248 align=1
    (i32.const 0)
    (local.get $6)
   )
   (i32.store offset=384 align=1
    (i32.const 0)
    (local.get $11)
   )
   (return
    (local.get $12)
   )
  )
  (i32.store align=1
   (i32.const 0)
   (local.get $2)
  )
  (i32.store offset=8 align=1
   (i32.const 0)
   (local.get $3)
  )
  (i32.store offset=232 align=1
   (i32.const 0)
   (local.get $4)
  )
  (i32.store offset=240 align=1
   (i32.const 0)
   (local.get $5)
  )
  (i32.store offset=248 align=1
   (i32.const 0)
   (local.get $6)
  )
  (i32.store offset=256 align=1
   (i32.const 0)
   (local.get $7)
  )
  (i32.store offset=384 align=1
   (i32.const 0)
   (local.get $11)
  )
  (return
   (local.get $12)
  )
  (unreachable)
 )
)
