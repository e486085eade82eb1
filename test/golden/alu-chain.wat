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
  (block $L1
   (block $L2
    (block $L3
     (block $L4
      (local.set $20
       (i32.load offset=384 align=1
        (i32.const 0)
       )
      )
      (local.set $19
       (i32.load offset=416 align=1
        (i32.const 0)
       )
      )
      (local.set $3
       (i32.load offset=32 align=1
        (i32.const 0)
       )
      )
      (local.set $4
       (i32.load offset=40 align=1
        (i32.const 0)
       )
      )
      (local.set $8
       (i32.load offset=256 align=1
        (i32.const 0)
       )
      )
      (local.set $9
       (i32.load offset=264 align=1
        (i32.const 0)
       )
      )
      (local.set $14
       (i32.load offset=300 align=1
        (i32.const 0)
       )
      )
      (local.set $15
       (i32.load offset=304 align=1
        (i32.const 0)
       )
      )
      (local.set $16
       (i32.load offset=308 align=1
        (i32.const 0)
       )
      )
      (local.set $17
       (i32.load offset=312 align=1
        (i32.const 0)
       )
      )
      (local.set $18
       (i32.load offset=316 align=1
        (i32.const 0)
       )
      )
      (br $L4)
     )
     (if
      (i32.lt_s
       (local.get $20)
       (i32.const 9)
      )
      (then
       (block $L5
        (i32.store offset=392 align=1
         (i32.const 0)
         (i32.const 1)
        )
        (local.set $21
         (i32.const 4097)
        )
        (br $L3)
       )
      )
     )
     (local.set $20
      (i32.sub
       (local.get $20)
       (i32.const 7)
      )
     )
     (local.set $23
      (i32.add
       (local.get $3)
       (local.get $4)
      )
     )
     (local.set $2
      (local.get $23)
     )
     (local.set $25
      (i32.const 0)
     )
     (local.set $24
      (local.get $23)
     )
     (local.set $5
      (i32.sub
       (local.get $3)
       (local.get $2)
      )
     )
     (local.set $10
      (i32.eqz
       (i32.lt_u
        (local.get $3)
        (local.get $2)
       )
      )
     )
     (local.set $27
      (i32.add
       (local.get $5)
       (local.get $2)
      )
     )
     (local.set $28
      (i32.add
       (local.get $27)
       (local.get $10)
      )
     )
     (local.set $6
      (local.get $28)
     )
     (local.set $10
      (i32.or
       (i32.lt_u
        (local.get $27)
        (local.get $5)
       )
       (i32.lt_u
        (local.get $28)
        (local.get $27)
       )
      )
     )
     (local.set $30
      (i32.const 10)
     )
     (local.set $29
      (local.get $6)
     )
     (local.set $33
      (local.get $2)
     )
     (local.set $32
      (local.get $6)
     )
     (local.set $11
      (i32.or
       (i32.and
        (i32.or
         (i32.or
          (i32.or
           (i32.load offset=320 align=1
            (i32.const 0)
           )
           (i32.shl
            (i32.eq
             (local.get $24)
             (local.get $25)
            )
            (i32.const 1)
           )
          )
          (i32.shl
           (i32.gt_s
            (local.get $24)
            (local.get $25)
           )
           (i32.const 2)
          )
         )
         (i32.shl
          (i32.lt_s
           (local.get $24)
           (local.get $25)
          )
          (i32.const 3)
         )
        )
        (i32.const -3)
       )
       (i32.shl
        (i32.and
         (i32.eq
          (local.get $29)
          (local.get $30)
         )
         (i32.eqz
          (i32.gt_u
           (local.get $32)
           (local.get $33)
          )
         )
        )
        (i32.const 1)
       )
      )
     )
     (if
      (i32.and
       (i32.shr_u
        (local.get $11)
        (i32.const 1)
       )
       (i32.const 1)
      )
      (then
       (block $L6
        (local.set $20
         (i32.sub
          (local.get $20)
          (i32.const 1)
         )
        )
        (i32.store offset=392 align=1
         (i32.const 0)
         (i32.const 4)
        )
        (local.set $21
         (i32.const 4137)
        )
        (br $L2)
        (local.set $21
         (i32.const 4138)
        )
        (br $L2)
       )
      )
     )
     (local.set $20
      (i32.sub
       (local.get $20)
       (i32.const 2)
      )
     )
     (local.set $7
      (i32.or
       (i32.or
        (i32.or
         (i32.or
          (i32.or
           (i32.or
            (i32.or
             (i32.shl
              (local.get $11)
              (i32.const 28)
             )
             (i32.shl
              (i32.or
               (i32.or
                (i32.or
                 (i32.load offset=320 align=1
                  (i32.const 0)
                 )
                 (i32.shl
                  (i32.eq
                   (local.get $29)
                   (local.get $30)
                  )
                  (i32.const 1)
                 )
                )
                (i32.shl
                 (i32.gt_s
                  (local.get $29)
                  (local.get $30)
                 )
                 (i32.const 2)
                )
               )
               (i32.shl
                (i32.lt_s
                 (local.get $29)
                 (local.get $30)
                )
                (i32.const 3)
               )
              )
              (i32.const 24)
             )
            )
            (i32.shl
             (i32.or
              (i32.or
               (i32.or
                (i32.load offset=320 align=1
                 (i32.const 0)
                )
                (i32.shl
                 (i32.eq
                  (local.get $32)
                  (local.get $33)
                 )
                 (i32.const 1)
                )
               )
               (i32.shl
                (i32.gt_u
                 (local.get $32)
                 (local.get $33)
                )
                (i32.const 2)
               )
              )
              (i32.shl
               (i32.lt_u
                (local.get $32)
                (local.get $33)
               )
               (i32.const 3)
              )
             )
             (i32.const 20)
            )
           )
           (i32.shl
            (local.get $14)
            (i32.const 16)
           )
          )
          (i32.shl
           (local.get $15)
           (i32.const 12)
          )
         )
         (i32.shl
          (local.get $16)
          (i32.const 8)
         )
        )
        (i32.shl
         (local.get $17)
         (i32.const 4)
        )
       )
       (local.get $18)
      )
     )
     (local.set $21
      (i32.and
       (i32.and
        (local.get $8)
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
     (local.get $20)
    )
    (return
     (local.get $21)
    )
   )
   (i32.store offset=24 align=1
    (i32.const 0)
    (local.get $2)
   )
   (i32.store offset=48 align=1
    (i32.const 0)
    (local.get $5)
   )
   (i32.store offset=56 align=1
    (i32.const 0)
    (local.get $6)
   )
   (i32.store offset=328 align=1
    (i32.const 0)
    (local.get $10)
   )
   (i32.store offset=288 align=1
    (i32.const 0)
    (local.get $11)
   )
   (i32.store offset=292 align=1
    (i32.const 0)
    (i32.or
     (i32.or
      (i32.or
       (i32.load offset=320 align=1
        (i32.const 0)
       )
       (i32.shl
        (i32.eq
         (local.get $29)
         (local.get $30)
        )
        (i32.const 1)
       )
      )
      (i32.shl
       (i32.gt_s
        (local.get $29)
        (local.get $30)
       )
       (i32.const 2)
      )
     )
     (i32.shl
      (i32.lt_s
       (local.get $29)
       (local.get $30)
      )
      (i32.const 3)
     )
    )
   )
   (i32.store offset=296 align=1
    (i32.const 0)
    (i32.or
     (i32.or
      (i32.or
       (i32.load offset=320 align=1
        (i32.const 0)
       )
       (i32.shl
        (i32.eq
         (local.get $32)
         (local.get $33)
        )
        (i32.const 1)
       )
      )
      (i32.shl
       (i32.gt_u
        (local.get $32)
        (local.get $33)
       )
       (i32.const 2)
      )
     )
     (i32.shl
      (i32.lt_u
       (local.get $32)
       (local.get $33)
      )
      (i32.const 3)
     )
    )
   )
   (i32.store offset=384 align=1
    (i32.const 0)
    (local.get $20)
   )
   (return
    (local.get $21)
   )
  )
  (i32.store offset=24 align=1
   (i32.const 0)
   (local.get $2)
  )
  (i32.store offset=48 align=1
   (i32.const 0)
   (local.get $5)
  )
  (i32.store offset=56 align=1
   (i32.const 0)
   (local.get $6)
  )
  (i32.store offset=64 align=1
   (i32.const 0)
   (local.get $7)
  )
  (i32.store offset=328 align=1
   (i32.const 0)
   (local.get $10)
  )
  (i32.store offset=288 align=1
   (i32.const 0)
   (local.get $11)
  )
  (i32.store offset=292 align=1
   (i32.const 0)
   (i32.or
    (i32.or
     (i32.or
      (i32.load offset=320 align=1
       (i32.const 0)
      )
      (i32.shl
       (i32.eq
        (local.get $29)
        (local.get $30)
       )
       (i32.const 1)
      )
     )
     (i32.shl
      (i32.gt_s
       (local.get $29)
       (local.get $30)
      )
      (i32.const 2)
     )
    )
    (i32.shl
     (i32.lt_s
      (local.get $29)
      (local.get $30)
     )
     (i32.const 3)
    )
   )
  )
  (i32.store offset=296 align=1
   (i32.const 0)
   (i32.or
    (i32.or
     (i32.or
      (i32.load offset=320 align=1
       (i32.const 0)
      )
      (i32.shl
       (i32.eq
        (local.get $32)
        (local.get $33)
       )
       (i32.const 1)
      )
     )
     (i32.shl
      (i32.gt_u
       (local.get $32)
       (local.get $33)
      )
      (i32.const 2)
     )
    )
    (i32.shl
     (i32.lt_u
      (local.get $32)
      (local.get $33)
     )
     (i32.const 3)
    )
   )
  )
  (i32.store offset=384 align=1
   (i32.const 0)
   (local.get $20)
  )
  (return
   (local.get $21)
  )
  (unreachable)
 )
)
