"""Tables under the law: places merged, staff counted, everything by position."""
