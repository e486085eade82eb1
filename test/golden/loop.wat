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
  (block $L1
   (block $L2
    (block $L3
     (local.set $10
      (i32.load offset=384 align=1
       (i32.const 0)
      )
     )
     (local.set $9
      (i32.load offset=416 align=1
       (i32.const 0)
      )
     )
     (local.set $2
      (i32.load offset=32 align=1
       (i32.const 0)
      )
     )
     (local.set $3
      (i32.load offset=40 align=1
       (i32.const 0)
      )
     )
     (local.set $4
      (i32.load offset=48 align=1
       (i32.const 0)
      )
     )
     (local.set $5
      (i32.load offset=56 align=1
       (i32.const 0)
      )
     )
     (local.set $6
      (i32.load offset=256 align=1
       (i32.const 0)
      )
     )
     (local.set $7
      (i32.load offset=264 align=1
       (i32.const 0)
      )
     )
     (local.set $8
      (i32.load offset=288 align=1
       (i32.const 0)
      )
     )
     (br $L3)
    )
    (loop $L4
     (if
      (i32.lt_s
       (local.get $10)
       (i32.const 7)
      )
      (then
       (block $L5
        (i32.store offset=392 align=1
         (i32.const 0)
         (i32.const 1)
        )
        (local.set $11
         (i32.const 4097)
        )
        (br $L1)
       )
      )
     )
     (local.set $10
      (i32.sub
       (local.get $10)
       (i32.const 6)
      )
     )
     (local.set $15
      (local.get $2)
     )
     (if
      (i32.ne
       (i32.load offset=8192 align=1
        (local.tee $16
         (i32.add
          (local.get $9)
          (i32.and
           (i32.shr_u
            (local.get $15)
            (i32.const 9)
           )
           (i32.const 8184)
          )
         )
        )
       )
       (i32.and
        (local.get $15)
        (i32.const -4093)
       )
      )
      (then
       (block $L6
        (local.set $10
         (i32.add
          (local.get $10)
          (i32.const 6)
         )
        )
        (local.set $11
         (i32.const 4099)
        )
        (br $L1)
       )
      )
     )
     (local.set $14
      (select
       (i32.add
        (local.get $15)
        (i32.load offset=8196 align=1
         (local.get $16)
        )
       )
       (i32.const 0)
       (i32.le_u
        (i32.and
         (local.get $15)
         (i32.const 4095)
        )
        (i32.const 4079)
       )
      )
     )
     (if
      (local.get $14)
      (then
       (block $L7
        (local.set $13
         (i32.load align=1
          (local.get $14)
         )
        )
       )
      )
      (else
       (local.set $17
        (local.get $2)
       )
       (if
        (i32.ne
         (i32.load align=1
          (local.tee $18
           (i32.load offset=53248 align=1
            (local.get $9)
           )
          )
         )
         (i32.and
          (local.get $17)
          (i32.const -4093)
         )
        )
        (then
         (block $L8
          (if
           (i32.ne
            (i32.load align=1
             (local.tee $18
              (i32.add
               (local.get $9)
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
            (block $L9
             (local.set $10
              (i32.add
               (local.get $10)
               (i32.const 6)
              )
             )
             (local.set $11
              (i32.const 4099)
             )
             (br $L1)
            )
           )
          )
          (i32.store offset=53248 align=1
           (local.get $9)
           (local.get $18)
          )
         )
        )
       )
       (local.set $13
        (i32.load align=1
         (i32.add
          (local.get $17)
          (i32.load offset=4 align=1
           (local.get $18)
          )
         )
        )
       )
      )
     )
     (local.set $19
      (local.get $13)
     )
     (local.set $3
      (local.get $19)
     )
     (if
      (local.get $14)
      (then
       (block $L10
        (local.set $20
         (i32.load offset=4 align=1
          (local.get $14)
         )
        )
       )
      )
      (else
       (local.set $21
        (i32.add
         (local.get $2)
         (i32.const 4)
        )
       )
       (if
        (i32.ne
         (i32.load align=1
          (local.tee $22
           (i32.load offset=53252 align=1
            (local.get $9)
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
          (if
           (i32.ne
            (i32.load align=1
             (local.tee $22
              (i32.add
               (local.get $9)
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
            (block $L12
             (local.set $10
              (i32.add
               (local.get $10)
               (i32.const 5)
              )
             )
             (local.set $11
              (i32.const 4103)
             )
             (br $L1)
            )
           )
          )
          (i32.store offset=53252 align=1
           (local.get $9)
           (local.get $22)
          )
         )
        )
       )
       (local.set $20
        (i32.load align=1
         (i32.add
          (local.get $21)
          (i32.load offset=4 align=1
           (local.get $22)
          )
         )
        )
       )
      )
     )
     (local.set $23
      (local.get $20)
     )
     (local.set $4
      (local.get $23)
     )
     (local.set $3
      (i32.add
       (local.get $3)
       (local.get $4)
      )
     )
     (local.set $24
      (local.get $3)
     )
     (if
      (local.get $14)
      (then
       (block $L13
        (i32.store offset=8 align=1
         (local.get $14)
         (local.get $24)
        )
       )
      )
      (else
       (local.set $25
        (i32.add
         (local.get $2)
         (i32.const 8)
        )
       )
       (if
        (i32.ne
         (i32.load offset=8192 align=1
          (local.tee $26
           (i32.add
            (local.get $9)
            (i32.and
             (i32.shr_u
              (local.get $25)
              (i32.const 9)
             )
             (i32.const 8184)
            )
           )
          )
         )
         (i32.and
          (local.get $25)
          (i32.const -4093)
         )
        )
        (then
         (block $L14
          (local.set $10
           (i32.add
            (local.get $10)
            (i32.const 3)
           )
          )
          (local.set $11
           (i32.const 4111)
          )
          (br $L1)
         )
        )
       )
       (i32.store align=1
        (i32.add
         (local.get $25)
         (i32.load offset=8196 align=1
          (local.get $26)
         )
        )
        (local.get $24)
       )
      )
     )
     (local.set $27
      (i32.add
       (local.get $2)
       (i32.const 16)
      )
     )
     (if
      (local.get $14)
      (then
       (block $L15
        (local.set $28
         (i32.load8_u offset=19
          (local.get $14)
         )
        )
       )
      )
      (else
       (if
        (i32.ne
         (i32.load align=1
          (local.tee $29
           (i32.load offset=53264 align=1
            (local.get $9)
           )
          )
         )
         (i32.and
          (local.get $27)
          (i32.const -4096)
         )
        )
        (then
         (block $L16
          (if
           (i32.ne
            (i32.load align=1
             (local.tee $29
              (i32.add
               (local.get $9)
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
             (i32.const -4096)
            )
           )
           (then
            (block $L17
             (local.set $10
              (i32.add
               (local.get $10)
               (i32.const 2)
              )
             )
             (local.set $11
              (i32.const 4115)
             )
             (br $L1)
            )
           )
          )
          (i32.store offset=53264 align=1
           (local.get $9)
           (local.get $29)
          )
         )
        )
       )
       (local.set $28
        (i32.load8_u
         (i32.xor
          (i32.add
           (local.get $27)
           (i32.load offset=4 align=1
            (local.get $29)
           )
          )
          (i32.const 3)
         )
        )
       )
      )
     )
     (local.set $30
      (local.get $28)
     )
     (local.set $5
      (local.get $30)
     )
     (local.set $2
      (local.get $27)
     )
     (local.set $7
      (i32.add
       (local.get $7)
       (i32.const -1)
      )
     )
     (if
      (i32.ne
       (local.get $7)
       (i32.const 0)
      )
      (then
       (block $L18
        (br $L4)
       )
      )
     )
     (local.set $10
      (i32.sub
       (local.get $10)
       (i32.const 1)
      )
     )
     (local.set $11
      (i32.and
       (i32.and
        (local.get $6)
        (i32.const -4)
       )
       (i32.const -4)
      )
     )
     (br $L1)
    )
    (unreachable)
   )
   (i32.store offset=384 align=1
    (i32.const 0)
    (local.get $10)
   )
   (return
    (local.get $11)
   )
  )
  (i32.store offset=32 align=1
   (i32.const 0)
   (local.get $2)
  )
  (i32.store offset=40 align=1
   (i32.const 0)
   (local.get $3)
  )
  (i32.store offset=48 align=1
   (i32.const 0)
   (local.get $4)
  )
  (i32.store offset=56 align=1
   (i32.const 0)
   (local.get $5)
  )
  (i32.store offset=264 align=1
   (i32.const 0)
   (local.get $7)
  )
  (i32.store offset=384 align=1
   (i32.const 0)
   (local.get $10)
  )
  (return
   (local.get $11)
  )
  (unreachable)
 )
)
