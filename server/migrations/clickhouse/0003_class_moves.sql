-- Of a move between two classes of a segmentation, which is an exit and an entry at one instant:
-- the class on the other side. 0: none.
ALTER TABLE membership_change ADD COLUMN IF NOT EXISTS counterpart UInt32 DEFAULT 0 AFTER change;
