package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // a machine without zone files must know them too
)

// HomeZone is where the house stands.
const HomeZone = "Asia/Shanghai"

// Zone gives a time zone by its IANA name; the empty name is [HomeZone]. The
// zone of the machine ("Local") is not a name here.
func Zone(name string) (*time.Location, error) {
	switch name {
	case "":
		name = HomeZone
	case "Local":
		return nil, fmt.Errorf("find time zone %q: a place must be named", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("find time zone %q: %w", name, err)
	}
	return loc, nil
}
