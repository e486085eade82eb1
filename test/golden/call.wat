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
  (block $L1
   (block $L2
    (block $L3
     (block $L4
      (block $L5
       (block $L6
        (block $L7
         (local.set $8
          (i32.load offset=384 align=1
           (i32.const 0)
          )
         )
         (local.set $7
          (i32.load offset=416 align=1
           (i32.const 0)
          )
         )
         (block $L8
          (block $L9
           (br_table $L9 $L8 $L9
            (local.get $0)
           )
          )
          (local.set $2
           (i32.load offset=24 align=1
            (i32.const 0)
           )
          )
          (br $L7)
         )
         (local.set $2
          (i32.load offset=24 align=1
           (i32.const 0)
          )
         )
         (local.set $4
          (i32.load offset=256 align=1
           (i32.const 0)
          )
         )
         (local.set $5
          (i32.load offset=264 align=1
           (i32.const 0)
          )
         )
         (br $L6)
        )
        (if
         (i32.lt_s
          (local.get $8)
          (i32.const 2)
         )
         (then
          (block $L10
           (i32.store offset=392 align=1
            (i32.const 0)
            (i32.const 1)
           )
           (local.set $9
            (i32.const 4097)
           )
           (br $L5)
          )
         )
        )
        (local.set $8
         (i32.sub
          (local.get $8)
          (i32.const 2)
         )
        )
        (local.set $2
         (i32.add
          (local.get $2)
          (i32.const 1)
         )
        )
        (local.set $4
         (i32.const 4104)
        )
        (local.set $9
         (i32.and
          (i32.const 4120)
          (i32.const -4)
         )
        )
        (i32.store offset=24 align=1
         (i32.const 0)
         (local.get $2)
        )
        (i32.store offset=256 align=1
         (i32.const 0)
         (local.get $4)
        )
        (i32.store offset=384 align=1
         (i32.const 0)
         (local.get $8)
        )
        (local.set $9
         (call $callRegion
          (local.get $9)
          (local.get $1)
         )
        )
        (if
         (i32.ne
          (local.get $9)
          (i32.const 4104)
         )
         (then
          (block $L11
           (if
            (i32.ne
             (local.tee $9
              (call $goOn
               (local.get $9)
               (i32.const 4104)
               (local.get $1)
              )
             )
             (i32.const 4104)
            )
            (then
             (block $L12
              (return
               (local.get $9)
              )
             )
            )
           )
          )
         )
        )
        (local.set $8
         (i32.load offset=384 align=1
          (i32.const 0)
         )
        )
        (local.set $7
         (i32.load offset=416 align=1
          (i32.const 0)
         )
        )
        (local.set $2
         (i32.load offset=24 align=1
          (i32.const 0)
         )
        )
        (local.set $4
         (i32.load offset=256 align=1
          (i32.const 0)
         )
        )
        (local.set $5
         (i32.load offset=264 align=1
          (i32.const 0)
         )
        )
        (br $L6)
       )
       (if
        (i32.lt_s
         (local.get $8)
         (i32.const 4)
        )
        (then
         (block $L13
          (i32.store offset=392 align=1
           (i32.const 0)
           (i32.const 1)
          )
          (local.set $9
           (i32.const 4105)
          )
          (br $L5)
         )
        )
       )
       (local.set $8
        (i32.sub
         (local.get $8)
         (i32.const 2)
        )
       )
       (local.set $12
        (i32.const 0)
       )
       (local.set $11
        (local.get $2)
       )
       (if
        (i32.eq
         (local.get $11)
         (local.get $12)
        )
        (then
         (block $L14
          (local.set $9
           (i32.and
            (i32.and
             (local.get $4)
             (i32.const -4)
            )
            (i32.const -4)
           )
          )
          (br $L2)
         )
        )
       )
       (local.set $8
        (i32.sub
         (local.get $8)
         (i32.const 2)
        )
       )
       (local.set $3
        (i32.add
         (local.get $2)
         (i32.const 2)
        )
       )
       (local.set $9
        (i32.and
         (i32.and
          (local.get $4)
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
       (local.get $8)
      )
      (return
       (local.get $9)
      )
     )
     (i32.store offset=24 align=1
      (i32.const 0)
      (local.get $2)
     )
     (i32.store offset=384 align=1
      (i32.const 0)
      (local.get $8)
     )
     (return
      (local.get $9)
     )
    )
    (i32.store offset=24 align=1
     (i32.const 0)
     (local.get $2)
    )
    (i32.store offset=256 align=1
     (i32.const 0)
     (local.get $4)
    )
    (i32.store offset=384 align=1
     (i32.const 0)
     (local.get $8)
    )
    (return
     (local.get $9)
    )
   )
   (i32.store offset=288 align=1
    (i32.const 0)
    (i32.or
     (i32.or
      (i32.or
       (i32.load offset=320 align=1
        (i32.const 0)
       )
       (i32.shl
        (i32.eq
         (local.get $11)
         (local.get $12)
        )
        (i32.const 1)
       )
      )
      (i32.shl
       (i32.gt_s
        (local.get $11)
        (local.get $12)
       )
       (i32.const 2)
      )
     )
     (i32.shl
      (i32.lt_s
       (local.get $11)
       (local.get $12)
      )
      (i32.const 3)
     )
    )
   )
   (i32.store offset=384 align=1
    (i32.const 0)
    (local.get $8)
   )
   (return
    (local.get $9)
   )
  )
  (i32.store offset=32 align=1
   (i32.const 0)
   (local.get $3)
  )
  (i32.store offset=288 align=1
   (i32.const 0)
   (i32.or
    (i32.or
     (i32.or
      (i32.load offset=320 align=1
       (i32.const 0)
      )
      (i32.shl
       (i32.eq
        (local.get $11)
        (local.get $12)
       )
       (i32.const 1)
      )
     )
     (i32.shl
      (i32.gt_s
       (local.get $11)
       (local.get $12)
      )
      (i32.const 2)
     )
    )
    (i32.shl
     (i32.lt_s
      (local.get $11)
      (local.get $12)
     )
     (i32.const 3)
    )
   )
  )
  (i32.store offset=384 align=1
   (i32.const 0)
   (local.get $8)
  )
  (return
   (local.get $9)
  )
  (unreachable)
 )
)
