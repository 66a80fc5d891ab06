# Programs, library, header, pkg-config file, rules, migrations, man page, completions.
install(TARGETS mailsignal libmailsignal)
install(TARGETS mailsignal-full DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/mailsignal)
install(FILES include/mailsignal/mailsignal.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mailsignal)
install(DIRECTORY rules migrations DESTINATION ${CMAKE_INSTALL_DATADIR}/mailsignal)
install(FILES docs/mailsignal.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

configure_file(cmake/mailsignal.pc.in mailsignal.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/mailsignal.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The completions come from the program itself, so that they cannot lag behind it.
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/completion.${shell}
    COMMAND mailsignal completion ${shell} > ${CMAKE_BINARY_DIR}/completion.${shell}
    DEPENDS mailsignal VERBATIM)
endforeach()
add_custom_target(completions ALL DEPENDS ${CMAKE_BINARY_DIR}/completion.bash
  ${CMAKE_BINARY_DIR}/completion.zsh ${CMAKE_BINARY_DIR}/completion.fish)
install(FILES ${CMAKE_BINARY_DIR}/completion.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME mailsignal)
install(FILES ${CMAKE_BINARY_DIR}/completion.zsh
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _mailsignal)
install(FILES ${CMAKE_BINARY_DIR}/completion.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME mailsignal.fish)
