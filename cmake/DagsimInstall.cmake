# cmake --install puts the tool and its documents in place; cpack -G "TGZ;DEB" packs them.
install(TARGETS dagsim_tool RUNTIME)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_PACKAGE_NAME dagsim)
set(CPACK_PACKAGE_VENDOR "the dagsim authors")
set(CPACK_PACKAGE_CONTACT "the dagsim authors")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_GENERATOR TGZ DEB)
include(CPack)
