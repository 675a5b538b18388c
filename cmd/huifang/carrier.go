package main

import (
	"context"
	"fmt"
	"os"

	"huifang/internal/carriersim"
	"huifang/internal/observe"
)

type carrierCommand struct {
	SIP          string `name:"sip" default:"127.0.0.1:5062" help:"Address for SIP over UDP and TCP."`
	Media        string `help:"Address of the voice, default that of SIP."`
	User         string `default:"huifang" help:"User name that the challenging numbers ask for."`
	PasswordFile string `type:"existingfile" help:"File whose first line is the password of that user."`
	PlainOnly    bool   `help:"Know nothing of SRTP."`
	LogLevel     string `default:"info" enum:"debug,info,warn,error"`
}

func (c *carrierCommand) Run(ctx context.Context) error {
	log, err := observe.NewLogger(os.Stderr, c.LogLevel, "text")
	if err != nil {
		return err
	}
	credentials := carriersim.Credentials{Username: c.User}
	if credentials.Password, err = readOptional(c.PasswordFile); err != nil {
		return err
	}
	s, err := carriersim.New(carriersim.Config{SIPAddr: c.SIP, MediaIP: c.Media, Logger: log, Credentials: credentials, PlainOnly: c.PlainOnly})
	if err != nil {
		return err
	}
	if err := s.Start(ctx); err != nil {
		return err
	}
	fmt.Println("the simulated carrier listens on", s.Addr())
	<-ctx.Done()
	s.Stop()
	return nil
}
