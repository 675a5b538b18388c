package customer

import "testing"

func TestNumberPolicy_PremiumAndForeignAreClosed(t *testing.T) {
	t.Parallel()
	p, err := NewNumberPolicy(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		number string
		allow  bool
		class  Class
	}{
		{"+8613800138000", true, ClassHome}, {"+862087654321", true, ClassHome}, {"4008001234", true, ClassService}, {"95588", true, ClassShortCode},
		{"+8616812345", false, ClassPremium}, {"+8616012345", false, ClassPremium}, {"16812", false, ClassPremium}, {"17909", false, ClassAccessCode},
		{"17951", false, ClassAccessCode}, {"12593", false, ClassAccessCode}, {"+85221234567", false, ClassForeign}, {"+12125550123", false, ClassForeign},
		{"10086", false, ClassShortCode}, {"8001", false, ClassExtension}, {"2001", false, ClassExtension}, {"110", false, ClassEmergency}, {"", false, ClassExtension},
	} {
		if v := p.Judge(StoredNumber(row.number)); v.Allowed != row.allow || v.Class != row.class {
			t.Errorf("%s: %+v", row.number, v)
		}
	}
}

func TestNumberPolicy_RulesOfTheHouseComeFirst(t *testing.T) {
	t.Parallel()
	p, err := NewNumberPolicy([]NumberRule{{Prefix: "+8522", Allow: false}, {Prefix: "+852", Allow: true}, {Prefix: "110", Allow: true}, {Prefix: "20", Allow: true}})
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]NumberVerdict{
		"+85221234567": {false, ClassForeign, "+8522", true}, "+85231234567": {true, ClassForeign, "+852", true}, "110": {Class: ClassEmergency},
		"2001": {true, ClassExtension, "20", true}, "+85312345678": {false, ClassForeign, "+", false},
	} {
		if v := p.Judge(StoredNumber(number)); v != want {
			t.Errorf("%s: %+v, want %+v", number, v, want)
		}
	}
	for _, bad := range []string{"", "abc", "+", "0086 1"} {
		if _, err := NewNumberPolicy([]NumberRule{{Prefix: bad}}); err == nil {
			t.Errorf("prefix %q was taken", bad)
		}
	}
}

// However it is written, what is dialled is what is judged.
func TestNumberPolicy_NoWritingGetsRound(t *testing.T) {
	t.Parallel()
	p, err := NewNumberPolicy(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"00852 2123 4567", "+852-2123-4567", "０１６８", "17909 00852 21234567", "1 7 9 0 9", "+86 168 12345", "168-12345", "001 212 555 0123",
		"179 51 0085221234567"} {
		n, err := ParseNumber(text)
		if err != nil {
			continue // it is not taken at all
		}
		if v := p.Judge(n); v.Allowed {
			t.Errorf("%s is permitted: %+v", text, v)
		}
	}
	// An access code before a number of this country is dropped, not dialled.
	if n, err := ParseNumber("+8617909 13800138000"); err != nil || n.Reveal() != "+8613800138000" {
		t.Errorf("%s %v", n.Reveal(), err)
	}
}
