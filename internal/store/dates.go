package store

import (
	"fmt"
	"time"

	"huifang/internal/calendar"
)

// dayScan scans a date, NULL as the zero date.
type dayScan calendar.Date

func (d *dayScan) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = dayScan{}
	case time.Time:
		*d = dayScan(calendar.DateOf(v))
	default:
		return fmt.Errorf("scan %T as a date", src)
	}
	return nil
}

func dayAt(d *calendar.Date) *dayScan { return (*dayScan)(d) }

// orNullDay writes the zero date as NULL.
func orNullDay(d calendar.Date) *time.Time {
	if d.IsZero() {
		return nil
	}
	t := d.UTC()
	return &t
}

// columnOf takes one value of each row, for unnest.
func columnOf[T, V any](rows []T, f func(T) V) []V {
	out := make([]V, len(rows))
	for i, r := range rows {
		out[i] = f(r)
	}
	return out
}

// nullID is nil for no id, for arrays.
func nullID(id [16]byte) *[16]byte {
	if id == [16]byte{} {
		return nil
	}
	return &id
}
