(module
 (type $0 (func (param i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536 shared))
 (export "region" (func $region))
 (func $region (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 f64)
  (local $7 f64)
  (local $8 f64)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  (local $13 i64)
  (local $14 i32)
  (local $15 i32)
  (local $16 i32)
  (local $17 i32)
  (local $18 i32)
  (local $19 i64)
  (local $20 i32)
  (local $21 i32)
  (local $22 i32)
  (local $23 i32)
  (local $24 i32)
  (local $25 i32)
  (local $26 i64)
  (local $27 f64)
  (local $28 i32)
  (local $29 i64)
  (local $30 i32)
  (local $31 i32)
  (block $L1
   (block $L2
    (block $L3
     (block $L4
      (block $L5
       (block $L6
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
         (i32.load offset=24 align=1
          (i32.const 0)
         )
        )
        (local.set $3
         (i32.load offset=256 align=1
          (i32.const 0)
         )
        )
        (local.set $4
         (i32.load offset=264 align=1
          (i32.const 0)
         )
        )
        (local.set $8
         (f64.load offset=1080 align=1
          (i32.const 0)
         )
        )
        (br $L6)
       )
       (if
        (i32.lt_s
         (local.get $10)
         (i32.const 8)
        )
        (then
         (block $L7
          (i32.store offset=392 align=1
           (i32.const 0)
           (i32.const 1)
          )
          (local.set $11
           (i32.const 4097)
          )
          (br $L5)
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
          (i32.const -4089)
         )
        )
        (then
         (block $L8
          (local.set $10
           (i32.add
            (local.get $10)
            (i32.const 6)
           )
          )
          (local.set $11
           (i32.const 4099)
          )
          (br $L5)
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
          (i32.const 4072)
         )
        )
       )
       (if
        (local.get $14)
        (then
         (block $L9
          (local.set $13
           (i64.rotl
            (i64.load align=1
             (local.get $14)
            )
            (i64.const 32)
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
            (i32.const -4089)
           )
          )
          (then
           (block $L10
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
               (i32.const -4089)
              )
             )
             (then
              (block $L11
               (local.set $10
                (i32.add
                 (local.get $10)
                 (i32.const 6)
                )
               )
               (local.set $11
                (i32.const 4099)
               )
               (br $L5)
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
          (i64.rotl
           (i64.load align=1
            (i32.add
             (local.get $17)
             (i32.load offset=4 align=1
              (local.get $18)
             )
            )
           )
           (i64.const 32)
          )
         )
        )
       )
       (local.set $19
        (local.get $13)
       )
       (local.set $6
        (f64.reinterpret_i64
         (local.get $19)
        )
       )
       (if
        (local.get $14)
        (then
         (block $L12
          (local.set $20
           (i32.load offset=8 align=1
            (local.get $14)
           )
          )
         )
        )
        (else
         (local.set $21
          (i32.add
           (local.get $2)
           (i32.const 8)
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
           (block $L13
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
              (block $L14
               (local.set $10
                (i32.add
                 (local.get $10)
                 (i32.const 5)
                )
               )
               (local.set $11
                (i32.const 4103)
               )
               (br $L4)
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
       (local.set $24
        (i32.and
         (local.get $23)
         (i32.const 2147483647)
        )
       )
       (local.set $25
        (i32.eq
         (local.get $24)
         (i32.const 0)
        )
       )
       (local.set $7
        (f64.reinterpret_i64
         (i64.or
          (i64.shl
           (i64.extend_i32_u
            (i32.xor
             (local.get $23)
             (local.get $24)
            )
           )
           (i64.const 32)
          )
          (i64.add
           (i64.shl
            (i64.extend_i32_u
             (local.get $24)
            )
            (i64.const 29)
           )
           (select
            (i64.const 0)
            (i64.const 4035225266123964416)
            (local.get $25)
           )
          )
         )
        )
       )
       (if
        (i32.eqz
         (i32.or
          (i32.lt_u
           (i32.sub
            (local.get $24)
            (i32.const 8388608)
           )
           (i32.const 2130706432)
          )
          (local.get $25)
         )
        )
        (then
         (block $L15
          (local.set $26
           (call $doubleFromSingle
            (local.get $23)
           )
          )
          (local.set $7
           (f64.reinterpret_i64
            (local.get $26)
           )
          )
         )
        )
       )
       (local.set $27
        (call $fmadd
         (local.get $6)
         (local.get $7)
         (local.get $8)
         (local.get $8)
        )
       )
       (local.set $8
        (local.get $27)
       )
       (local.set $28
        (call $fcmpu
         (local.get $8)
         (local.get $6)
        )
       )
       (local.set $5
        (local.get $28)
       )
       (local.set $29
        (i64.reinterpret_f64
         (local.get $8)
        )
       )
       (if
        (local.get $14)
        (then
         (block $L16
          (i64.store offset=16 align=1
           (local.get $14)
           (i64.rotl
            (local.get $29)
            (i64.const 32)
           )
          )
         )
        )
        (else
         (local.set $30
          (i32.add
           (local.get $2)
           (i32.const 16)
          )
         )
         (if
          (i32.ne
           (i32.load offset=8192 align=1
            (local.tee $31
             (i32.add
              (local.get $9)
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
            (i32.const -4089)
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
         (i64.store align=1
          (i32.add
           (local.get $30)
           (i32.load offset=8196 align=1
            (local.get $31)
           )
          )
          (i64.rotl
           (local.get $29)
           (i64.const 32)
          )
         )
        )
       )
       (if
        (i32.and
         (i32.shr_u
          (local.get $5)
          (i32.const 3)
         )
         (i32.const 1)
        )
        (then
         (block $L18
          (local.set $11
           (i32.and
            (i32.and
             (local.get $3)
             (i32.const -4)
            )
            (i32.const -4)
           )
          )
          (br $L1)
         )
        )
       )
       (local.set $10
        (i32.sub
         (local.get $10)
         (i32.const 2)
        )
       )
       (local.set $27
        (call $fadd
         (local.get $8)
         (local.get $6)
         (local.get $8)
        )
       )
       (local.set $8
        (local.get $27)
       )
       (local.set $11
        (i32.and
         (i32.and
          (local.get $3)
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
       (local.get $10)
      )
      (return
       (local.get $11)
      )
     )
     (f64.store offset=1048 align=1
      (i32.const 0)
      (local.get $6)
     )
     (i32.store offset=384 align=1
      (i32.const 0)
      (local.get $10)
     )
     (return
      (local.get $11)
     )
    )
    (f64.store offset=1048 align=1
     (i32.const 0)
     (local.get $6)
    )
    (f64.store offset=1064 align=1
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
   )
   (f64.store offset=1048 align=1
    (i32.const 0)
    (local.get $6)
   )
   (f64.store offset=1064 align=1
    (i32.const 0)
    (local.get $7)
   )
   (f64.store offset=1080 align=1
    (i32.const 0)
    (local.get $8)
   )
   (i32.store offset=384 align=1
    (i32.const 0)
    (local.get $10)
   )
   (return
    (local.get $11)
   )
  )
  (i32.store offset=288 align=1
   (i32.const 0)
   (local.get $5)
  )
  (f64.store offset=1048 align=1
   (i32.const 0)
   (local.get $6)
  )
  (f64.store offset=1064 align=1
   (i32.const 0)
   (local.get $7)
  )
  (f64.store offset=1080 align=1
   (i32.const 0)
   (local.get $8)
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
