package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"huifang/internal/access"
	"huifang/internal/config"
	"huifang/internal/observe"
)

type userCommand struct {
	Add userAdd `cmd:"" help:"Make an account, the first administrator for instance."`
}

type userAdd struct {
	Config       string   `required:"" type:"existingfile" env:"HUIFANG_CONFIG" help:"Configuration file."`
	Login        string   `arg:""`
	Name         string   `required:"" help:"Full name."`
	Staff        string   `required:"" help:"Staff number."`
	Roles        []string `required:"" name:"role" help:"agent, supervisor, inspector, auditor, records_head, administrator; may be repeated."`
	Languages    []string `name:"language" default:"zh-CN" help:"Languages spoken."`
	PasswordFile string   `required:"" type:"existingfile" help:"File whose first line is the password."`
}

func (c *userAdd) Run(ctx context.Context) error {
	db, err := openStore(ctx, c.Config)
	if err != nil {
		return err
	}
	defer db.Close()
	log, err := observe.NewLogger(os.Stderr, "warn", "text")
	if err != nil {
		return err
	}
	people, err := access.NewService(access.Config{Store: db, Log: db, Clock: time.Now, Logger: log})
	if err != nil {
		return err
	}
	password, err := config.ReadSecret(c.PasswordFile)
	if err != nil {
		return err
	}
	var roles []access.Role
	for _, r := range c.Roles {
		roles = append(roles, access.Role(r))
	}
	u, err := people.CreateUser(ctx, access.Principal{}, access.NewUser{Login: c.Login, Name: c.Name, StaffNumber: c.Staff, Roles: roles,
		Languages: c.Languages, Password: password})
	if err != nil {
		return err
	}
	fmt.Println("made", u.Login, u.ID)
	return nil
}
