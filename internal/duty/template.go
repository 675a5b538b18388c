package duty

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed data/templates.json
var templateData []byte

// Template is a schedule that a house can begin with: a rule without its
// program's id and its first day.
type Template struct {
	Code     string   `json:"code"`
	Rows     []string `json:"rows"` // of the table of schedules
	Name     Words    `json:"name"`
	Program  string   `json:"program"` // code
	Settings Settings `json:"settings"`
}

// Templates gives the shipped schedules: of new contracts (Rule C-03), existing
// customers (C-04), complaints, changes and ends (C-05, C-27), equipment (C-06,
// C-11), consumers and repairs (C-07, C-28), deliveries (C-08), advertisers
// (C-09), birthdays and festivals (M-03).
func Templates() ([]Template, error) {
	var out []Template
	if err := json.Unmarshal(templateData, &out); err != nil {
		return nil, fmt.Errorf("read templates of duty rules: %w", err)
	}
	return out, nil
}
